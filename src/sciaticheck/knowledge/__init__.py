"""The clinical content: its model, its strict reader and its checks."""
