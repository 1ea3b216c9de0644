namespace Crescent.Api.Limits;

/// <summary>What became of a level's requests since the start. Written under the level's lock.</summary>
internal sealed class LevelTally
{
    public long Dispatched { get; set; }

    public long Rejected { get; set; }

    public long TimedOut { get; set; }

    public long Cancelled { get; set; }
}
