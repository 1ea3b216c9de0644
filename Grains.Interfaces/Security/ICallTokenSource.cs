namespace Crescent.Security;

/// <summary>The token this process calls grains with; renewed behind it.</summary>
public interface ICallTokenSource
{
    /// <summary>Null before the first one was issued.</summary>
    string? Current { get; }
}
