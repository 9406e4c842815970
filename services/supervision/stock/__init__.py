"""Stock: every site's batches as their events tell, doses between sites, recalls at all sites."""
