"""The heart: four ordered answer states, and a criterion's value as the largest, smallest or k-th largest of its parts.

`states` has the four states, `criterion` the tree. Each place where the rules run has a module of about ten lines:
`python` for one respondent, `columns` for many. Nothing here knows what a question means.
"""
