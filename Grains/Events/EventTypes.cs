namespace Crescent.Grains.Events;

/// <summary>The two types of events.</summary>
public static class EventTypes
{
    public const string Normal = "Normal";
    public const string Warning = "Warning";
}
