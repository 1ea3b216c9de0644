using System.Text.Json;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Api.Limits;

/// <summary>
/// Makes the book from the objects, and gives every level its part of the seats: <c>⌈seats × its shares ÷ all shares⌉</c>. Levels and counts live on from book to
/// book, under their names. The mandatory objects are there even when nobody has stored them yet. One caller at a time.
/// </summary>
/// <param name="seats">Requests the server serves at once.</param>
/// <param name="time">Clock of the levels.</param>
internal sealed class FlowBookBinder(int seats, TimeProvider time)
{
    private const string Exempt = "exempt";
    private const string CatchAll = "catch-all";
    private readonly Dictionary<string, PriorityLevel> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Level, string Schema), FlowCounts> _counts = [];

    /// <param name="schemas">Stored FlowSchemas.</param>
    /// <param name="levels">Stored PriorityLevelConfigurations.</param>
    public FlowBook Bind(IEnumerable<ResourceSnapshot> schemas, IEnumerable<ResourceSnapshot> levels)
    {
        var wanted = new SortedDictionary<string, (string Uid, LevelSettings Settings)>(StringComparer.Ordinal)
        {
            [Exempt] = ("", LevelSettings.Exempt), [CatchAll] = ("", LevelSettings.CatchAll),
        };
        foreach (var level in levels)
        {
            using var document = JsonDocument.Parse(level.Body);
            wanted[level.Key.Name] = (level.Uid, LevelSettings.Of(document.RootElement.At("spec")));
        }

        var shares = Math.Max(1, wanted.Values.Sum(static level => level.Settings.Shares));
        foreach (var (name, (uid, settings)) in wanted)
        {
            LevelOf(name).Configure(uid, settings with { Seats = (int)Math.Ceiling((double)seats * settings.Shares / shares) });
        }

        // A level that is gone serves on whom it has; nobody new comes to it.
        foreach (var name in _levels.Keys.Except(wanted.Keys, StringComparer.Ordinal).ToList())
        {
            _levels[name].Configure("", LevelSettings.Exempt);
            _levels.Remove(name);
        }

        var compiled = new SortedDictionary<string, FlowSchema>(StringComparer.Ordinal)
        {
            [Exempt] = new(Exempt, "", 1, LevelOf(Exempt), "", [FlowRule.Everything(WellKnownGroups.Masters)], CountsOf(Exempt, Exempt)),
            [CatchAll] = new(
                CatchAll, "", 10_000, LevelOf(CatchAll), "ByUser", [FlowRule.Everything(WellKnownGroups.Unauthenticated, WellKnownGroups.Authenticated)],
                CountsOf(CatchAll, CatchAll)),
        };
        foreach (var schema in schemas)
        {
            using var document = JsonDocument.Parse(schema.Body);
            var spec = document.RootElement.At("spec");
            var level = spec.Text("priorityLevelConfiguration", "name");
            if (_levels.TryGetValue(level, out var there))
            {
                compiled[schema.Key.Name] = new(
                    schema.Key.Name, schema.Uid, spec.Has("matchingPrecedence") ? (int)spec.Number("matchingPrecedence") : 1000, there,
                    spec.Text("distinguisherMethod", "type"), [.. spec.Items("rules").Select(FlowRule.Of)], CountsOf(level, schema.Key.Name));
            }
        }

        return new(compiled.Values, [.. wanted.Keys.Select(LevelOf)], compiled[Exempt], compiled[CatchAll]);
    }

    private PriorityLevel LevelOf(string name)
    {
        if (!_levels.TryGetValue(name, out var level))
        {
            _levels.Add(name, level = new(name, time));
        }

        return level;
    }

    private FlowCounts CountsOf(string level, string schema)
    {
        if (!_counts.TryGetValue((level, schema), out var counts))
        {
            _counts.Add((level, schema), counts = new());
        }

        return counts;
    }
}
