using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Api.Tables;

/// <summary>All columns of a kind's table: NAME in front unless the kind places it itself (events do).</summary>
internal static class TableColumns
{
    private static readonly ConditionalWeakTable<ResourceDefinition, Columns> Known = [];

    private static readonly ColumnDefinition Name = new(
        "Name", "string", "Name must be unique within a namespace.",
        static (item, _) => item.GetProperty("metadata").TryGetProperty("name", out var name) ? name.GetString() : null, Format: "name");

    public static ImmutableArray<ColumnDefinition> Of(ResourceDefinition definition) =>
        Known.GetValue(definition, static key => new(key.Columns.Any(static column => column.Name == "Name") ? key.Columns : [Name, .. key.Columns])).All;

    public static void WriteDefinitions(Utf8JsonWriter writer, ImmutableArray<ColumnDefinition> columns)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private sealed class Columns(ImmutableArray<ColumnDefinition> all)
    {
        public ImmutableArray<ColumnDefinition> All { get; } = all;
    }
}
