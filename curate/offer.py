"""What a model is offered: each tool as a function, or one that runs code which calls them."""

from typing import Any

from curate.calling import CODE
from curate.recipe import Recipe
from curate.tools import all_tools


def offered(recipe: Recipe) -> dict[str, dict[str, Any]]:
    """The schema of each tool that a model of the recipe's surface sees, by name."""
    if recipe.surface == "direct":
        return {name: all_tools()[name].schema() for name in recipe.tools}
    from curate.tools.execute_code import ExecuteCode

    return {CODE: ExecuteCode().schema_for(recipe.tools)}
