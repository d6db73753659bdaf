"""What marketing does: cards, leads, triggers, broadcasts, notices about orders."""
