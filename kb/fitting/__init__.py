"""Fits answering to the invented shops (`kb.lexicon.shops`); run by developers, never by a shop."""
