package webinar
