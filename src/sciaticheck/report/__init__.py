"""Assessments as text: JSON, rows, a table, plain lines, Markdown. Decides nothing."""
