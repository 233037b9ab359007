"""What leaves a graph: articles with their annotations, and the graph itself."""
