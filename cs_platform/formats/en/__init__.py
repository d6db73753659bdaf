"""How moments are written where Django's own way is too long for a list."""
