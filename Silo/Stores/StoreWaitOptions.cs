namespace Crescent.SiloHost.Stores;

/// <summary>How a starting silo treats a database that is not there (section <c>Store</c>).</summary>
internal sealed class StoreWaitOptions
{
    /// <summary>How long to wait for the database before giving up. Two minutes; a service manager then starts the silo anew.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);
}
