"""Forms and results of others: written and read as plain values. Holds no clinical fact and prints nothing."""
