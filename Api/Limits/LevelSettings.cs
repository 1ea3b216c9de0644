using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Api.Limits;

/// <summary>What a PriorityLevelConfiguration asks for, in seats.</summary>
/// <param name="IsExempt">Nobody waits.</param>
/// <param name="Shares">Part of the server's seats, in relation to the other levels' shares.</param>
/// <param name="Queues">0: whoever finds no seat is refused at once.</param>
/// <param name="HandSize">Queues a flow may use.</param>
/// <param name="QueueLength">Requests that may wait in each.</param>
internal sealed record LevelSettings(bool IsExempt, int Shares, int Queues, int HandSize, int QueueLength)
{
    public static LevelSettings Exempt { get; } = new(IsExempt: true, 0, 0, 0, 0);

    /// <summary>The mandatory level of last resort.</summary>
    public static LevelSettings CatchAll { get; } = new(IsExempt: false, 5, 0, 0, 0);

    /// <summary>Requests served at once.</summary>
    public int Seats { get; init; }

    public static LevelSettings Of(JsonElement spec)
    {
        if (spec.Text("type") == "Exempt")
        {
            return Exempt with { Shares = (int)spec.Number("exempt", "nominalConcurrencyShares") };
        }

        var (limited, queuing) = (spec.At("limited"), spec.At("limited", "limitResponse", "queuing"));
        var shares = limited.Has("nominalConcurrencyShares") ? (int)limited.Number("nominalConcurrencyShares") : 30;
        return limited.Text("limitResponse", "type") == "Queue"
            ? new(IsExempt: false, shares, (int)queuing.Number("queues"), (int)queuing.Number("handSize"), (int)queuing.Number("queueLengthLimit"))
            : new(IsExempt: false, shares, 0, 0, 0);
    }
}
