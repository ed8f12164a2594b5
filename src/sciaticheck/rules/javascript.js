// The rules for one respondent in a browser: as in python.py, with the same names.
const [NO, UNANSWERED, UNSURE, YES] = [0, 1, 2, 3];

// The state of a criterion: the k-th largest of its parts. For any k is 1, for all it is the number of parts.
function value(criterion, states) {
  if (typeof criterion === "string") return states[criterion];
  const values = criterion.parts.map((part) => value(part, states));
  return values.sort((a, b) => b - a)[criterion.count - 1];
}

// The questions that lift a criterion to the state `least` or above, each once; none if it is below.
function because(criterion, states, least) {
  if (typeof criterion === "string") return states[criterion] >= least ? [criterion] : [];
  const reasons = criterion.parts.map((part) => because(part, states, least)).filter((found) => found.length);
  return reasons.length >= criterion.count ? [...new Set(reasons.flat())] : [];
}
