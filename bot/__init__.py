"""Crisis alerts for Telegram and Slack. Two trips lead through this house.

A story comes up from the feeds and goes out to the chats:

    scheduler       pulls the trigger
    pipeline.poll   claims due feeds, has them fetched and parsed (feeds)
    pipeline.sifting    which of it is news, and what known stories say now (core.flood, core.changes)
    pipeline.reading    entries into stories: their pages, what they say (core.understand)
    pipeline.recollection   which are told already, and what they follow on (core.same, core.follows)
    pipeline.matching   stories against every filter in use (core.filters.index)
    store.stories   one transaction: stories, matches, deliveries (store.fanout), the feed's validators
    pipeline.digests    what waits for its chat's hours, alone or together (core.rhythm, core.releases)
    pipeline.lanes  which process speaks for a lane (store.leases)
    pipeline.dispatch   claims by turn, paces (core.pacing), attempts (platforms), records (store.outbox)
    pipeline.edits  changes what was sent, where its story changed

A command comes in from a person and is answered:

    platforms.*.listener    hears it
    core.commands           reads the verb; core.filters.grammar reads the filter
    pipeline.commands       carries it out, one transaction (store)
    core.replies            says it in neutral words; the platform's render gives them its form

core decides and touches nothing; pipeline says in which order and knows only ports; everything that touches the
world stands above; app puts it together. The import contracts in pyproject.toml hold all of this.
"""

__version__ = "0.1.0"
