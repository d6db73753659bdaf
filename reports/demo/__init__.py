"""A month of invented history for the demo shop, so that every page of reports shows what it is for. Removable."""
