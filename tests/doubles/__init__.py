"""Local doubles of other people's services: they speak the protocol, refuse what the real ones refuse."""
