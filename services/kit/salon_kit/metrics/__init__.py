"""Instruments made of the one list of metrics (`salon_contracts.metrics`), and what every process measures alike."""
