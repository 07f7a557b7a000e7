//! Every rule of the Spring Warmth campaign.
