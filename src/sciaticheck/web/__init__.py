"""The checker as one HTML page that works offline, and the questionnaire on paper."""
