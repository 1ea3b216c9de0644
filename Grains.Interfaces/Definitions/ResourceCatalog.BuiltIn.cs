namespace Crescent.Definitions;

public sealed partial class ResourceCatalog
{
    /// <summary>The built-in kinds.</summary>
    public static ResourceCatalog BuiltIn { get; } = new([]);
}
