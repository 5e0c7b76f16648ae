"""What kkmp costs, measured beside what it is built on and beside what it is compared with."""
