"""Conversations of the past → what customers ask often, and what agents really answered. Pure: no database.

`conversation` what was said by whom, `columns` which column of an export says it, `wording` one question out of a
message, `asked` every question of a conversation with its reply, `replies` which real reply becomes the draft,
`grouping` which questions mean the same, `privacy` what is taken out before anything is stored.
"""
