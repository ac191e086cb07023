"""What stands in the field: offices, stations, their equipment and measuring points."""
