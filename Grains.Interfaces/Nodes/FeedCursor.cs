namespace Crescent.Nodes;

/// <summary>Place in a feed of objects. Start with <see cref="Start"/>; hand back what the last page said.</summary>
[GenerateSerializer, Immutable, Alias("nodes.FeedCursor")]
public readonly record struct FeedCursor
{
    /// <summary>Identifies the activation that numbers the positions; unknown epochs are answered with a full page.</summary>
    [Id(0)] public string Epoch { get; init; }

    [Id(1)] public long Position { get; init; }

    /// <summary>Asks for everything.</summary>
    public static FeedCursor Start { get; } = new() { Epoch = "", Position = 0 };
}
