"""A made-up town: wells, two high-lift stations and five boosters on one EPANET network."""
