"""What `journeys` refuses."""

from services.journeys.console.texts import N_

SAID = (
    N_("It ships with the room and changes with a release: copy it."),
    N_("It is %(state)s: copy it into a new draft."),
    N_("The draft has no such earlier version."),
    N_("There are %(num)s filters already: remove one first."),
    N_("Only those who work for a committee share filters."),
    N_("The blueprint in use has %(steps)s."),
    N_("The step has no such item."),
    N_("No blueprint of this journey is in use."),
    N_("say when it was launched"),
    N_("The invitation has ended."),
    N_("was not offered"),
    N_("it lies between %(least)s and %(most)s"),
    N_("This scorecard is retired."),
    N_("say of which committee"),
    N_("there is no such committee, or it is not yours"),
    N_("who is named is invited: nothing is left to the lot"),
    N_("managers of your side keep scorecards of the %(side)s side"),
    N_("it holds what is no character"),
    N_("another step is called %(name)s"),
    N_("another item is called %(name)s"),
    N_("%(code)s has the moments %(moments)s"),
    N_("it has to come after the beginning"),
    N_("a blueprint has at least one step"),
    N_("there is no step %(name)s any more"),
    N_("there is no item %(name)s any more"),
    N_("a design is a document with named parts"),
    N_("the steps are %(steps)s, in this order"),
)
