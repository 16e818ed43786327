"""A heading of a duty table -> the post of a unit that it means, and the part of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fangxun.core.district import District
from fangxun.core.errors import N_
from fangxun.core.roster import Post
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.sheet.headings import section_of
from fangxun.sheet.layout import Column, named


class Posts:
    """The posts of a district, by what an office may call them."""

    def __init__(self, district: District, meant: Mapping[str, str]) -> None:
        """`meant`: a heading as it stands in the table -> a post's id."""
        self._posts = district.roster.posts
        self._meant = {"".join(cells.plain(word).split()): id_ for word, id_ in meant.items()}

    def only_unit(self) -> str:
        """The unit whose posts these are, where there is one only."""
        units = {post.unit for post in self._posts}
        return units.pop() if len(units) == 1 else ""

    def meant(self, column: Column, unit: str, part: str) -> tuple[Post, tuple[str, ...]]:
        """The post, and the sections that a cell is about: the line's `part` of the day, the
        heading's, else all. Amiss where the unit has no such post or section, or several."""
        post = self._post(column, unit)
        part = part or column.heading.part
        if not part:
            return post, tuple(section.name for section in post.sections)
        section = section_of(post, part)
        if section is None:
            raise Amiss(
                N_("the post {post} has no section {value}; it has: {known}"),
                post=post.id,
                value=part,
                known=", ".join(f"{one.name} {one.start:%H:%M}" for one in post.sections),
            )
        return post, (section.name,)

    def _post(self, column: Column, unit: str) -> Post:
        said = column.said
        wanted = self._meant.get(said, "")
        if wanted:
            return self._one(said, unit, [post for post in self._posts if post.id == wanted])
        own = [post for post in self._posts if post.unit == unit]
        words = {said, named(said)}
        exact = [p for p in self._posts if p.id in words] or [
            post for post in own if cells.plain(post.name) in words
        ]
        if exact:
            return self._one(said, unit, exact)
        for role in column.heading.roles:
            fits = [post for post in own if post.role is role]
            always = [post for post in fits if post.stands_from is None]
            if fits:
                return self._one(said, unit, always or fits)
        return self._one(said, unit, ())

    def _one(self, said: str, unit: str, found: Sequence[Post]) -> Post:
        if len(found) == 1:
            return found[0]
        choices = found or [post for post in self._posts if post.unit == unit]
        raise Amiss(
            N_("“{value}” is no post of {unit}, or could be several; say which: {choices}"),
            value=cells.shown(said),
            unit=unit,
            choices=", ".join(f"--as {said}={post.id} ({post.name})" for post in choices) or "-",
        )
