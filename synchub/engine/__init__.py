"""The sync itself: pull, merge, match, plan, push."""
