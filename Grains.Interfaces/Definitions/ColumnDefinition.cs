using System.Text.Json;

namespace Crescent.Definitions;

/// <summary>
/// One column of the <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Table</see>
/// form.
/// </summary>
/// <param name="Name">Header, e.g. <c>Ready</c>.</param>
/// <param name="Type">OpenAPI type: <c>string</c>, <c>integer</c>, <c>boolean</c>.</param>
/// <param name="Description">Shown by clients that list column definitions.</param>
/// <param name="Cell">Computes the cell from the object and the present time; returns string, long, bool or null.</param>
/// <param name="Priority">0 always shown; 1 only with <c>-o wide</c>.</param>
/// <param name="Format">OpenAPI format, e.g. <c>name</c> for the first column.</param>
public sealed record ColumnDefinition(
    string Name, string Type, string Description, Func<JsonElement, DateTimeOffset, object?> Cell, int Priority = 0, string Format = "");
