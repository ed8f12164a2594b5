"""Reads respondents from files, folders and standard input."""
