"""nbgrader's side: the course directory, the gradebook, release, marks, feedback and export."""
