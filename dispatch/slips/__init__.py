"""Papers that move materials: the material slip with its return (R-22, R-23), and stock notes."""
