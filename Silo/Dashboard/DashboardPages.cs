using Orleans.Dashboard;

namespace Crescent.SiloHost.Dashboard;

/// <summary>
/// The Orleans dashboard's pages, made when an operator first asks for one: it keeps all of its files twice, plain and packed, which are
/// thirty megabytes that a silo nobody looks at does not need.
/// </summary>
internal sealed class DashboardPages(IServiceProvider services)
{
    private readonly Lazy<RequestDelegate> _pages = new(() => Build(services));

    /// <summary>Answers a request below <see cref="DashboardGate.Path"/>; whether its sender may see the answer was decided before.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // The API's catch-all route has been chosen for this request already.
        context.SetEndpoint(null);
        return _pages.Value(context);
    }

    private static RequestDelegate Build(IServiceProvider services)
    {
        var application = new ApplicationBuilder(services);
        application.UseRouting();
        application.UseEndpoints(static endpoints => endpoints.MapOrleansDashboard(DashboardGate.Path));
        return application.Build();
    }
}
