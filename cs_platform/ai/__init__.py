"""Clients of models; they know no domain and each has a way to go on without its model."""
