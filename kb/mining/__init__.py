"""Conversations of the past → what customers ask often, and what agents really answered. Pure: no database.

`conversation` what was said by whom, `columns` which column of an export says it, `messages` the questions in what was
written in a row, `wording` how a clause reads, `naming` how well it names a group, `asked` every question of a
conversation with its reply, `replies` what a reply tells, `told` which replies are special to which group, `drafts`
what of a real reply becomes the draft, `grouping` which questions mean the same, `privacy` what is taken out before
anything is stored.
"""
