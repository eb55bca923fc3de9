"""The core of a refresh in plain Python: no environment, no clock, no database."""
