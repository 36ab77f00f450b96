"""Crisis alerts for Telegram and Slack. Two trips lead through this house.

A story comes up from the feeds and goes out to the chats:

    scheduler       pulls the trigger
    pipeline.poll   claims due feeds, has them fetched and parsed (feeds)
    pipeline.reading    entries into stories: their pages, what they say (core.understand)
    pipeline.matching   stories against every filter in use (core.filters.index)
    store.stories   one transaction: stories, matches, deliveries, the feed's validators
    pipeline.dispatch   claims by lane, paces (core.pacing), sends (platforms), records (store.outbox)

A command comes in from a person and is answered:

    platforms.*.listener    hears it
    core.commands           reads the verb; core.filters.grammar reads the filter
    pipeline.commands       carries it out, one transaction (store)
    core.replies            says it in neutral words; the platform's render gives them its form

core decides and touches nothing; pipeline says in which order and knows only ports; everything that touches the
world stands above; app puts it together. The import contracts in pyproject.toml hold all of this.
"""

__version__ = "0.1.0"
