"""The judgement on calls: by their number before they ring, by what is said once they are answered."""
