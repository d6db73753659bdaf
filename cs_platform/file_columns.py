"""Columns that a file must have to be imported on a page of the back office."""

from typing import Any

from django.utils.translation import gettext as _
from import_export.exceptions import FieldError


class NeedsItsColumns:
    """For an import-export resource, first among its bases: a file without the columns by which rows are known is
    refused in words that name them."""

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        resource: Any = self
        names = [resource.fields[name].column_name for name in resource.get_import_id_fields()]
        if missing := [name for name in names if name not in (dataset.headers or ())]:
            text = _("The file lacks these columns: %(names)s. Its first line must name the columns.")
            raise FieldError(text % {"names": "、".join(missing)})
        super().before_import(dataset, **kwargs)  # type: ignore[misc]
