"""What stands between a question's parameters and its answer: resolving names, widening actors, counting anew."""
