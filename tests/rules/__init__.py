"""The solutions held against torch, against the contract, and against the skeletons and syllabus made of them."""
