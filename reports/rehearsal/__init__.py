"""A simulated day of a shop: people and systems who use public doors only, and a ledger that knows what must be."""
