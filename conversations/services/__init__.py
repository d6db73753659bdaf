"""Every write of conversations. Doors call these; these open their own transactions."""
