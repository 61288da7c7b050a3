"""What-ifs: one film evaluated for many values of what its file states, and what is asked of that."""
