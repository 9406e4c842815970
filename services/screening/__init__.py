"""Screening: may this resident be vaccinated?"""
