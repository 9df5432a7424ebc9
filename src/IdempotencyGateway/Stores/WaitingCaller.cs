namespace IdempotencyGateway.Stores;

/// <summary>A caller that awaits a store's result. Callers whose results arrive together are resumed in batches.</summary>
internal abstract class WaitingCaller : IThreadPoolWorkItem
{
    private WaitingCaller? _next;

    void IThreadPoolWorkItem.Execute()
    {
        for (var caller = this; caller is not null;)
        {
            var next = caller._next;
            caller.Resume();
            caller = next;
        }
    }

    /// <summary>Completes the caller's task, which may run its continuation inline. Called once.</summary>
    protected abstract void Resume();

    protected void ResumeOnThreadPool() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Resumes callers on pool threads, several per thread.</summary>
    internal struct Group
    {
        /// <summary>
        /// How many callers one work item of the thread pool resumes, one after the other. One work item per caller would cost more than most of what the store does for that
        /// caller; one for all would leave the other processors idle.
        /// </summary>
        private const int CallersPerThread = 8;

        private WaitingCaller? _first;
        private int _callers;

        public void Add(WaitingCaller caller)
        {
            (caller._next, _first) = (_first, caller);
            if (++_callers % CallersPerThread == 0)
                Resume();
        }

        /// <summary>Resumes the callers that were added since the last full batch.</summary>
        public void Resume()
        {
            _first?.ResumeOnThreadPool();
            _first = null;
        }
    }
}
