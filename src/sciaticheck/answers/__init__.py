"""Answers: spellings, follow-up rules, and reading one respondent or many from files. Scores nothing."""
