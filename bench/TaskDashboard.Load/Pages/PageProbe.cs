using Microsoft.Playwright;

namespace TaskDashboard.Load.Pages;

/// <summary>
/// What is asked of the page itself. Times are the page's own, in milliseconds since the navigation began; "painted" is the first task behind the
/// frame in which something was found, so that a frame's time is part of every figure.
/// </summary>
internal static class PageProbe
{
    /// <summary>Runs in each page before the page's own scripts.</summary>
    public const string Script =
        """
        (() => {
          const painted = find => new Promise((resolve, reject) => {
            const limit = performance.now() + 30_000;
            const look = now => {
              if (find()) setTimeout(() => resolve(performance.now()));
              else if (now > limit) reject(new Error(`Never seen: ${find}`));
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          });
          const seen = selector => {
            const element = document.querySelector(selector);
            if (!element?.checkVisibility()) return false;
            const box = element.getBoundingClientRect();
            return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
          };
          // What was done last, by the time that the browser gave it: before any script saw it.
          const probe = window.probe = { painted, seen, begun: 0, keys: [] };
          for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, event => { probe.begun = event.timeStamp; }, true);
          addEventListener("input", event => {
            requestAnimationFrame(() => setTimeout(() => probe.keys.push(performance.now() - event.timeStamp)));
          }, true);

          // Every frame's length for a while, and how often the middle of the list had no row to show.
          probe.frames = (milliseconds, middle) => new Promise(resolve => {
            const lengths = [], end = performance.now() + milliseconds;
            let last, looked = 0, blank = 0;
            const frame = now => {
              if (last !== undefined) lengths.push(now - last);
              last = now;
              if (lengths.length % 6 === 5) {
                looked++;
                const list = document.querySelector(middle).getBoundingClientRect();
                const element = document.elementFromPoint(list.left + list.width / 2, list.top + list.height / 2);
                if (!element?.closest("[data-task-id]")) blank++;
              }
              if (now < end) requestAnimationFrame(frame);
              else resolve({ lengths, looked, blank });
            };
            requestAnimationFrame(frame);
          });
          probe.nodes = () => {
            const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
            let count = 1;
            while (walker.nextNode()) count++;
            return { elements: document.querySelectorAll("*").length, nodes: count };
          };
        })();
        """;

    /// <summary>From the navigation until something that a selector names is painted within the window.</summary>
    public static Task<double> PaintedAsync(IPage page, string selector) =>
        page.EvaluateAsync<double>("selector => probe.painted(() => probe.seen(selector))", selector);

    /// <summary>From the last key or click until what a script finds is painted. To be asked for right after it was done.</summary>
    public static Task<double> AnsweredAsync(IPage page, string find, object? argument = null) =>
        page.EvaluateAsync<double>($"async argument => await probe.painted(() => ({find})(argument)) - probe.begun", argument);

    /// <summary>Elements, and nodes of every kind, in the whole document.</summary>
    public static Task<PageNodes> CountNodesAsync(IPage page) => page.EvaluateAsync<PageNodes>("() => probe.nodes()");
}

/// <summary>How much a document holds.</summary>
internal sealed class PageNodes
{
    public int Elements { get; set; }

    public int Nodes { get; set; }
}
