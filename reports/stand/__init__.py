"""A platform of one's own to try things on: started, killed and read from outside, with clients who keep a ledger."""
